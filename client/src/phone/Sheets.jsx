// What covers the board for a moment: one at a time, each fetched when it is first asked for (later.jsx).
import { Later } from "./later.jsx";

/** @param {{ desk: import("./BoardScreen.jsx").Desk }} props */
export function Sheets({ desk }) {
  const open = desk.sheet.value;
  if (!open) return null;
  const { name, give = {} } = open;
  const close = () => {
    if (desk.sheet.peek() === open) desk.sheet.value = null;
  };
  return <Later key={`${name} ${JSON.stringify(give)}`} name={name} desk={desk} onClose={close} {...give} />;
}
