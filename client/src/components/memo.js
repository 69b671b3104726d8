// A component that redraws only when one of its properties changed. Signals it reads still redraw it.
import { Component, h } from "preact";

/**
 * @template {object} P
 * @param {(props: P) => import("preact").ComponentChild} draw
 * @returns {import("preact").ComponentClass<P>}
 */
export function memo(draw) {
  return class extends Component {
    /** @param {Readonly<P>} next */
    shouldComponentUpdate(next) {
      return differs(this.props, next);
    }

    render() {
      return h(draw, /** @type {P} */ (this.props));
    }
  };
}

/** @param {object} one @param {object} other @returns {boolean} */
function differs(one, other) {
  const [before, after] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return before.size !== after.size || [...after].some(([key, value]) => before.get(key) !== value);
}
