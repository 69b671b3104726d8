// The frame of a page that anybody may come upon: whose it is, in which language and light, and a column that is not too wide.
import { BrandLogo } from "../BrandLogo.jsx";
import { LanguageSwitch } from "../Segmented.jsx";
import { ThemeSwitch } from "../ThemeSwitch.jsx";
import { Logo } from "../VerbIcon.jsx";
import "./Entrance.css";

/** @param {{ children: import("preact").ComponentChildren }} props `children`: what stands under the head, `main` among it */
export function Entrance({ children }) {
  return (
    <div class="entrance">
      <header class="entrance__head">
        <p class="entrance__brand">
          <Logo />
          <span>Rebond</span>
        </p>
        <BrandLogo />
        <div class="entrance__switches">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      {children}
    </div>
  );
}
