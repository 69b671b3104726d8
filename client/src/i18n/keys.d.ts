// Every key there is: what TypeScript holds `t` to. A key that is put together must be made of closed unions.
type KeysOf<T extends { default: object }> = keyof T["default"] & string;

/** A key of any surface. */
export type Key =
  | KeysOf<typeof import("./common.en.js")>
  | KeysOf<typeof import("./errors.en.js")>
  | KeysOf<typeof import("./phone.en.js")>
  | KeysOf<typeof import("../components/texts.en.js")>
  | KeysOf<typeof import("../components/lab/texts.en.js")>
  | KeysOf<typeof import("../components/later/texts.en.js")>
  | KeysOf<typeof import("../components/results/texts.en.js")>
  | KeysOf<typeof import("../components/talk/texts.en.js")>
  | KeysOf<typeof import("../console/texts.en.js")>
  | KeysOf<typeof import("../front/texts.en.js")>
  | KeysOf<typeof import("../wall/texts.en.js")>
  | KeysOf<typeof import("../kiosk/texts.en.js")>
  | KeysOf<typeof import("../kiosk/voice/texts.en.js")>
  | KeysOf<typeof import("../lab/texts.en.js")>
  | KeysOf<typeof import("../phone/choose/texts.en.js")>
  | KeysOf<typeof import("../phone/handoff/texts.en.js")>
  | KeysOf<typeof import("../phone/later/texts.en.js")>
  | KeysOf<typeof import("../phone/receipt/texts.en.js")>
  | KeysOf<typeof import("../phone/talk/texts.en.js")>;

/** The keys that begin so: for one that is put together of what only the server can know to be closed. */
export type Under<Prefix extends string> = Extract<Key, `${Prefix}${string}`>;
