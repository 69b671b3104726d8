/** A refusal as an error: of a command or of an HTTP request, with the protocol's code. */

export class Refused extends Error {
  /** @param {{ code: string, message: string, temporary?: boolean, details?: Record<string, unknown> }} problem */
  constructor({ code, message, temporary = false, details }) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.temporary = temporary;
    this.details = details;
  }
}
