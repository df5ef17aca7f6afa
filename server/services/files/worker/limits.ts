/** What a worker that opens files may take. With the server's own share of a job it stays under 300 MB. */
export const WORKER_LIMITS = {
  /** Resident memory at most. Node and libvips take some 65 MB of it by themselves. */
  memoryBytes: 280 * 1024 ** 2,
  /** A worker that keeps more than this after a job is replaced: memory comes back in pieces that do not fit the next. */
  keptBytes: 90 * 1024 ** 2,
  /** What a picture and all that is made of it may take beside that; reckoned before anything is decoded. */
  pictureBytes: 190 * 1024 ** 2,
  /** JavaScript's own heap, in MiB. */
  heapMib: 96,
  /** CPU of one job. */
  cpuMs: 10_000,
  /** One job on the clock, with the reading of the file and on a busy machine. */
  wallMs: 60_000,
  /** How often its memory and CPU are looked at. */
  watchMs: 50,
  /** A worker that has had nothing to do for so long ends. */
  idleMs: 30_000,
} as const
