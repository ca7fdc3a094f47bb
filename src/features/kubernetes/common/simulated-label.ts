/** Says that an object is simulated: no machine, no process stands behind it. */
export const simulatedLabel = 'simulation.causeway.dev/simulated';
