// A worker thread of `causeway up` that runs its member clusters.
import { loadProgram } from './load-program.mjs';

await loadProgram().exports.serveMembers();
