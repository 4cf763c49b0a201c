import { setDefaultTimeout } from "bun:test";

// Real processes and servers, on machines that others use, too.
setDefaultTimeout(60_000);
