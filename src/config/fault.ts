import { Fault, type FaultDetails } from "../base/fault.ts";

/** A setting that cannot be used. `usage`: a flag, exit 2; else environment or a file, exit 78. */
export class ConfigFault extends Fault {
  override readonly name = "ConfigFault";
  readonly usage: boolean;

  constructor(message: string, details: Omit<FaultDetails, "class"> & { usage?: boolean }) {
    super(message, { ...details, class: "operator" });
    this.usage = details.usage ?? false;
  }
}
