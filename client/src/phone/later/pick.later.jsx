// Choosing another idea, for a rebound that combines.
export { PickSheet as default } from "./PickSheet.jsx";
