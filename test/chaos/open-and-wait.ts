/** Opens the store of a home as a start does, says so before and after, and waits to be killed. */
import { lockHome } from '../../src/main/store/home-lock.ts';
import { homePaths } from '../../src/main/store/home-paths.ts';
import { openStore } from '../../src/main/store/open-store.ts';

const home = homePaths(process.argv[2] ?? '');
lockHome(home);
process.stdout.write('opening\n');
openStore(home, { ballastBytes: 0 });
process.stdout.write('opened\n');
setInterval(() => undefined, 1_000);
