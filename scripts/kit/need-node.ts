const least = 24;

/** Ends with a sentence on a Node that cannot run the product; the right one comes with `npm ci`. */
export function needNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= least) return;
  console.error(
    `Sluice needs Node ${least}; this is ${process.versions.node}. Run "npm ci" and start it through npm (npm start): the right Node is installed with it.`,
  );
  process.exit(1);
}
