/** What the command line answers with; scripts may rely on it. */
export const exitCodes = {
  ok: 0,
  /** The command was understood and failed; a run that ended other than succeeded. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Another process owns the home folder. */
  homeInUse: 3,
} as const;
