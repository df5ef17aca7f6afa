/** An error that is answered to the client in MongoDB's own shape. */
export class CommandError extends Error {
  readonly code: number
  readonly codeName: string
  readonly details: Record<string, unknown>

  /**
   * @param code MongoDB's numeric error code
   * @param codeName its symbolic name
   * @param message what the developer reads
   * @param details more fields for the reply, such as `keyPattern`
   */
  constructor(code: number, codeName: string, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.codeName = codeName
    this.details = details
  }
}

/** The answer to whatever MongoDB can do and this store cannot: guessing a meaning would corrupt data silently. */
export function unsupported(what: string): CommandError {
  return new CommandError(
    238,
    'NotImplemented',
    `The embedded database does not support ${what}. Set MONGODB_URI to use a MongoDB server.`,
  )
}

/** The command or one of its values makes no sense. */
export function badValue(message: string): CommandError {
  return new CommandError(2, 'BadValue', message)
}

/** Two names of one command, or two operators of one update, contradict each other. */
export function failedToParse(message: string): CommandError {
  return new CommandError(9, 'FailedToParse', message)
}
