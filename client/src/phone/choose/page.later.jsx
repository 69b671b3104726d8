// The door to choosing: fetched with the first vote (../later.jsx).
export { default } from "./ChoosePage.jsx";
