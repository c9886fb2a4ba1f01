/** The server of `npm run dev`, restarted whenever a file of it changes. Not part of the product. */
import { describeFailure } from '../src/main/cli/failures.ts';
import { serve } from '../src/main/cli/serve.ts';

const { DEV_PAGE: page = '', DEV_HOME: home, DEV_PORT: port } = process.env;
process.umask(0o077);

try {
  await serve({ home, port: Number(port), devOrigins: [page], page });
} catch (error) {
  console.error(describeFailure(error).sentence);
  process.exit(1);
}
