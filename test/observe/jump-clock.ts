// Preloaded into the service: each SIGUSR2 puts its clock forward by 130 seconds.
const real = performance.now.bind(performance);
let aheadMs = 0;
performance.now = () => real() + aheadMs;
process.on("SIGUSR2", () => {
  aheadMs += 130_000;
});
