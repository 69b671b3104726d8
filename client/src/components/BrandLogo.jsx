// The organisation's own logo, where the server says it has one (`--brand-logo` in /brand.css); nothing where it has none.
import "./BrandLogo.css";

const SOURCE = "/brand/logo";

/** Decoration: who runs the board is said in words elsewhere. */
export function BrandLogo() {
  const told = getComputedStyle(document.documentElement).getPropertyValue("--brand-logo");
  return told.includes(SOURCE) ? <img class="brand-logo" src={SOURCE} alt="" /> : null;
}
