/**
 * Flags of Node for every process of a measurement, ours and the references alike: those of `npm start`. A larger young
 * generation is collected less often, and less of what is under way is alive and copied each time.
 */
export const FLAGS = ['--max-semi-space-size=32'] as const;
