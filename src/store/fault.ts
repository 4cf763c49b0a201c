import { Fault } from "../fault.ts";

/** What a store throws: a failure with the class that decides what happens to the files in hand. */
export class StoreFault extends Fault {
  override readonly name = "StoreFault";
}
