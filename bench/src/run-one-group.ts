// node --expose-gc run-one-group.js GROUP [--quick]: measures one group in a process of its own, and writes JSON.
import { ALL_GROUPS } from './groups/all-groups.ts';
import { runGroup } from './harness/run-group.ts';

const [name = '', quick] = process.argv.slice(2);
const group = ALL_GROUPS.find((one) => one.name === name);
if (group === undefined) throw new Error(`there is no group ${name}`);
process.stdout.write(JSON.stringify(await runGroup(group, quick === '--quick')));
