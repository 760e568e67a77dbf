/** A workload that there is not, or parameters with which it makes no sense: what was found, what was expected. */
export class WorkloadError extends Error {
  override readonly name = 'WorkloadError';
}
