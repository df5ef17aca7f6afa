/** The limits of a worker that parses files. Together with the server's own share of a job it stays under 300 MB. */
export const WORKER_LIMITS = {
  /** The most resident memory. Node and libvips take about 65 MB of it by themselves. */
  memoryBytes: 280 * 1024 ** 2,
  /**
   * A worker that keeps more than this after a job is replaced, because its free memory is too fragmented for the next.
   */
  keptBytes: 90 * 1024 ** 2,
  /** What a picture and everything made from it may take beside that, estimated before anything is decoded. */
  pictureBytes: 190 * 1024 ** 2,
  /** JavaScript's own heap, in MiB. */
  heapMib: 96,
  /** The CPU time of one job. */
  cpuMs: 10_000,
  /** The wall time of one job, including reading the file, on a busy machine. */
  wallMs: 60_000,
  /** How often its memory and CPU time are checked. */
  watchMs: 50,
  /** A worker that has been idle for this long ends. */
  idleMs: 30_000,
} as const
