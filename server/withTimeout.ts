/**
 * An answer, or what is to be said instead when it takes too long. A late answer is dropped.
 * @param milliseconds how long to wait
 * @param onTimeout gives the answer's substitute; it may throw
 */
export async function withTimeout<T>(answer: Promise<T>, milliseconds: number, onTimeout: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  try {
    return await Promise.race([answer, timedOut.then(onTimeout)])
  } finally {
    clearTimeout(timer)
  }
}
