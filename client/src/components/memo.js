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

/** Asked of every row of a list at every redraw: it makes nothing. @param {object} one @param {object} other @returns {boolean} */
export function differs(one, other) {
  const [before, after] = [/** @type {Record<string, unknown>} */ (one), /** @type {Record<string, unknown>} */ (other)];
  for (const key in before) if (!(key in after)) return true;
  for (const key in after) if (before[key] !== after[key]) return true;
  return false;
}
