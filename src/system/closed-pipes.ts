let isSet = false;

/** A closed pipe (`| head`) ends the output, not in an error. */
export function allowClosedPipes(): void {
  if (isSet) return;
  isSet = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
