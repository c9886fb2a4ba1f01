/**
 * How the packaged binary's fuses are set, by the names of `@electron/fuses`. Packaging applies them; a test of the
 * artefact reads them back. `runAsNode` off is why runners are utility processes.
 */
export const fuses = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
} as const;
