import { Fault, type FaultDetails } from "../fault.ts";

/** What a store throws: a failure with the class that decides what happens to the files in hand. */
export class StoreFault extends Fault {
  constructor(message: string, details: FaultDetails) {
    super(message, details);
  }
}
