// The entry: nothing is imported before the version is known to be one that can load the rest.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [only, ...more] = process.argv.slice(2);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `error: Forkwright needs Node.js 22.13 or later, and this is ${process.versions.node}\n hint: install a newer Node.js, or run ./scripts/forkwright of a checkout, which brings its own\n`,
  );
  process.exitCode = 2;
} else if (more.length === 0 && (only === '--version' || only === '-V')) {
  // What scripts ask first, and often: nothing else is loaded for it.
  const { packageVersion } = await import('../system/assets.ts');
  process.stdout.write(`${packageVersion()}\n`);
} else {
  const { setFlagsFromString } = await import('node:v8');
  // A command of a few tenths of a second ends before the optimising compiler has paid for itself: measured, a fifth less
  // CPU time for one patch. What works for longer than half a second gets it.
  setFlagsFromString('--no-opt');
  const optimise = setInterval(() => {
    const { user, system } = process.cpuUsage();
    if (user + system < 500_000) return;
    setFlagsFromString('--opt');
    clearInterval(optimise);
  }, 100);
  optimise.unref();
  // Before anything else is loaded, so that all of it comes compiled from the cache the next time.
  const [{ enableCompileCache }, { compiledFolder }] = await Promise.all([
    import('node:module'),
    import('../system/cache-folder.ts'),
  ]);
  const compiled = compiledFolder(process.env);
  if (compiled !== undefined) enableCompileCache(compiled);
  void import('./main.ts');
}

export {};
