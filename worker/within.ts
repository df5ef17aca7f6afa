/** Waits for something only so long. @throws Error when the milliseconds are over */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It took too long.')), milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
