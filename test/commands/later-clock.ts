// Preloaded into the program: its clock is ahead, so that files are as old as that.
const now = Date.now;
const laterMs = Number(process.env.TEST_LATER_MS);
Date.now = () => now() + laterMs;

export {};
