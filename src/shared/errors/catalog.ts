/** Who can mend an error: the sender by changing the request, the owner of this machine, or nobody but us. */
export type Mender = 'caller' | 'owner' | 'nobody';

export interface ErrorEntry {
  /** HTTP status that a door answers when it has no more exact one of its own. */
  readonly status: number;
  readonly mender: Mender;
  /** Another attempt may mend it: the cause lies in the moment, not in the pipeline, its data or its rights. */
  readonly retry?: true;
  /** A sentence for a person. It may hold {name} places, filled from the error's details. */
  readonly text: string;
}

/**
 * Every error that can leave the core. A code, once published, keeps its meaning for ever; it is never reused.
 * Texts say what is wrong, where, and what to do. They hold no stack, no SQL of ours and no path outside the request.
 */
export const errorCatalog = {
  invalid_input: { status: 400, mender: 'caller', text: '{reason}' },
  invalid_pipeline: { status: 400, mender: 'caller', text: 'The pipeline cannot run yet: {reason}' },
  invalid_parameters: { status: 400, mender: 'caller', text: 'The run parameters do not fit: {reason}' },
  invalid_transformation: { status: 400, mender: 'caller', text: '{path}: {reason}' },
  /** The steps of a pipeline as door 2 writes them. */
  invalid_steps: { status: 400, mender: 'caller', text: '{reason}' },
  rows_refused: { status: 400, mender: 'caller', text: '{reason}' },
  newer_document: {
    status: 400,
    mender: 'owner',
    text: 'This pipeline was written by a newer version of Sluice ({what}). Update Sluice to open it.',
  },
  unauthorized: {
    status: 401,
    mender: 'caller',
    text: 'A valid API key is required. Create one under API keys.',
  },
  bad_signature: {
    status: 401,
    mender: 'caller',
    text: 'The call is not signed as this address asks for.',
  },
  forbidden: { status: 403, mender: 'caller', text: 'This key may not do that: it lacks the scope {scope}.' },
  pipeline_not_allowed: {
    status: 403,
    mender: 'caller',
    text: 'This key may not use {what}: it was limited to other pipelines.',
  },
  beyond_key: {
    status: 403,
    mender: 'caller',
    text: 'A key cannot give more than it has: {reason}.',
  },
  key_in_address: {
    status: 400,
    mender: 'caller',
    text: 'A key does not belong in an address: addresses are logged and shared. Send it in a header, and rotate this one if it is a real one.',
  },
  host_refused: { status: 403, mender: 'caller', text: 'Host not allowed.' },
  origin_refused: { status: 403, mender: 'caller', text: 'Origin not allowed.' },
  file_not_allowed: {
    status: 403,
    mender: 'owner',
    text: 'The file {path} lies outside the folders this pipeline may use. Move it below the files folder, or grant its folder in Settings.',
  },
  path_not_allowed: {
    status: 403,
    mender: 'caller',
    text: 'The path {path} is not allowed: it {fault}. Write a path below the files folder, such as orders.csv.',
  },
  not_found: { status: 404, mender: 'caller', text: 'There is no {what} with the id {id}.' },
  route_not_found: { status: 404, mender: 'caller', text: 'There is nothing at {method} {path}.' },
  file_missing: { status: 400, mender: 'caller', retry: true, text: 'The file {path} does not exist.' },
  dataset_missing: {
    status: 400,
    mender: 'caller',
    text: 'There is no dataset named "{name}". Run the pipeline that saves it first, or choose another.',
  },
  source_missing: {
    status: 400,
    mender: 'caller',
    text: 'There is no source named "{name}" that this pipeline may use. Make it under Sources, or choose another.',
  },
  source_unreachable: {
    status: 502,
    mender: 'owner',
    retry: true,
    text: 'The source "{name}" cannot be reached: {reason}',
  },
  source_refused: {
    status: 400,
    mender: 'owner',
    text: 'The source "{name}" cannot be used: {reason}',
  },
  method_not_allowed: { status: 405, mender: 'caller', text: '{method} is not possible at {path}.' },
  revision_conflict: {
    status: 409,
    mender: 'caller',
    text: 'The pipeline was changed elsewhere: it is at revision {current}, the edit was based on {base}.',
  },
  name_taken: {
    status: 409,
    mender: 'caller',
    text: 'There is already a {what} named "{name}". Choose another name.',
  },
  address_refused: {
    status: 400,
    mender: 'caller',
    text: 'Nothing is sent to {host}: {reason}',
  },
  oauth_refused: { status: 400, mender: 'caller', text: '{reason}' },
  oauth_request_over: {
    status: 409,
    mender: 'caller',
    text: 'This request for access is over: it is {state}. Start again in the app.',
  },
  resource_missing: { status: 404, mender: 'caller', text: "{title} '{name}' not found" },
  resource_exists: { status: 409, mender: 'caller', text: "{title} '{name}' already exists" },
  resource_ambiguous: {
    status: 400,
    mender: 'caller',
    text: "{title} '{name}' exists in several workspaces: {workspaces}. Say which with ?workspace=.",
  },
  invalid_resource: { status: 400, mender: 'caller', text: '{reason}' },
  workspace_in_use: {
    status: 409,
    mender: 'caller',
    text: "Workspace '{name}' still holds {content}. Delete that first.",
  },
  workspace_protected: {
    status: 409,
    mender: 'caller',
    text: "Workspace '{name}' always exists and cannot be deleted.",
  },
  key_limited: {
    status: 403,
    mender: 'caller',
    text: 'This key reaches some pipelines only: it can make no {what}.',
  },
  shared_with_live: {
    status: 403,
    mender: 'caller',
    text: 'A key of the sandbox cannot change this {what}: it was made in the window and is that of live too. Use a live key, or change it in the window.',
  },
  run_not_finished: {
    status: 409,
    mender: 'caller',
    text: 'The run has not ended yet: it is {status}. Wait for its end, or cancel it first.',
  },
  run_finished: { status: 409, mender: 'caller', text: 'The run has already ended as {status}.' },
  idempotency_mismatch: {
    status: 422,
    mender: 'caller',
    text: 'This Idempotency-Key was used before with another request. Use a new key.',
  },
  body_too_large: {
    status: 413,
    mender: 'caller',
    text: 'The body is larger than {limit} bytes. Send less at a time.',
  },
  address_too_long: { status: 414, mender: 'caller', text: 'The address of the request is too long.' },
  headers_too_large: {
    status: 431,
    mender: 'caller',
    text: 'The headers of the request are larger than 16 KB together.',
  },
  request_timeout: {
    status: 408,
    mender: 'caller',
    text: 'The request did not arrive in time. Send it again.',
  },
  unsupported_media_type: {
    status: 415,
    mender: 'caller',
    text: 'The content type {type} is not accepted here. Send application/json.',
  },
  queue_full: {
    status: 429,
    mender: 'caller',
    text: 'The queue holds {limit} runs already. Try again later.',
  },
  rate_limited: {
    status: 429,
    mender: 'caller',
    text: 'Rate limit exceeded. Retry after {seconds} seconds.',
  },
  run_failed: { status: 500, mender: 'caller', text: '{reason}' },
  interrupted: {
    status: 500,
    mender: 'nobody',
    retry: true,
    text: 'Sluice stopped while this run was in progress. Run it again.',
  },
  engine_crashed: {
    status: 500,
    mender: 'nobody',
    retry: true,
    text: 'The engine process of this run ended unexpectedly ({signal}). Other runs were not affected. Run it again; if it ends like this every time, look in its input for damaged or very deeply nested data.',
  },
  out_of_memory: {
    status: 500,
    mender: 'owner',
    text: 'The run needed more memory than its limit of {limit}. Reduce the rows earlier, or raise the limit in Settings.',
  },
  timed_out: {
    status: 500,
    mender: 'owner',
    retry: true,
    text: 'The run took longer than its limit of {limit} and was stopped.',
  },
  cancelled: { status: 409, mender: 'caller', text: 'The run was cancelled.' },
  skipped: {
    status: 409,
    mender: 'caller',
    text: 'The run was skipped: its pipeline had {limit} runs under way already, and its settings say to skip then.',
  },
  replaced: { status: 409, mender: 'caller', text: 'The run was cancelled because a newer one replaced it.' },
  publish_failed: {
    status: 500,
    mender: 'owner',
    retry: true,
    text: 'The result could not be written: {reason}',
  },
  stale_attempt: {
    status: 500,
    mender: 'nobody',
    text: 'A newer attempt of this run has taken over; this result was dropped.',
  },
  home_in_use: {
    status: 500,
    mender: 'owner',
    text: 'Another Sluice already uses the folder {home}. Close it, or choose another folder with --home.',
  },
  home_unusable: {
    status: 500,
    mender: 'owner',
    text: 'The folder {home} cannot be used: {reason}. Choose another folder with --home.',
  },
  home_newer: {
    status: 500,
    mender: 'owner',
    text: 'The folder {home} was written by a newer version of Sluice. Update Sluice; nothing was changed.',
  },
  store_damaged: {
    status: 500,
    mender: 'owner',
    text: 'The store of the folder {home} is damaged ({reason}). Restore a backup of the folder; nothing was changed.',
  },
  secrets_unreadable: {
    status: 500,
    mender: 'owner',
    text: 'The stored secrets ({name}) cannot be read, so none can be added or removed. Unlock the keychain, or restore the folder "secrets" of the home from a backup, then try again.',
  },
  trigger_paused: {
    status: 409,
    mender: 'owner',
    text: 'The trigger is paused: nothing was started. Resume it under Schedules.',
  },
  backup_unusable: {
    status: 400,
    mender: 'owner',
    text: 'The backup {folder} cannot be used: {reason}. Nothing was changed.',
  },
  home_not_empty: {
    status: 409,
    mender: 'owner',
    text: 'The folder {home} is not empty. Choose an empty one with --home, or say --replace: what is there is then moved aside and kept.',
  },
  stopping: {
    status: 503,
    mender: 'owner',
    retry: true,
    text: 'Sluice is shutting down. Try again when it is back.',
  },
  disk_full: {
    status: 507,
    mender: 'owner',
    retry: true,
    text: 'The disk is full. Free some space, then try again.',
  },
  internal: {
    status: 500,
    mender: 'nobody',
    text: 'Something went wrong inside Sluice. The log has the details.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalog;
