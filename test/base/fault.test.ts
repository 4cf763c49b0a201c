import { expect, test } from "bun:test";
import type { FaultDetails } from "../../src/base/fault.ts";
import { InputFault } from "../../src/commands/read-input.ts";
import { OutputFault } from "../../src/commands/write-output.ts";
import { ConfigFault } from "../../src/config/fault.ts";
import { HttpFault } from "../../src/observe/listen.ts";
import { SpoolFault } from "../../src/spool/fault.ts";
import { StoreFault } from "../../src/store/fault.ts";

test("a fault has the name of its class, written out", () => {
  const details: FaultDetails = { operation: "try", class: "operator" };
  for (const Kind of [ConfigFault, HttpFault, InputFault, OutputFault, SpoolFault, StoreFault]) {
    const fault = new Kind("it failed", details);
    expect([fault.name, String(fault)]).toEqual([Kind.name, `${Kind.name}: it failed`]);
    expect(Object.keys(fault)).toContain("name");
  }
});
