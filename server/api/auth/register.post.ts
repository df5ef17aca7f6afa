import { registerInput } from '#shared/schemas/account'
import { register } from '../../services/accounts/register'

export default defineAccountApi('/register', registerInput, 201, register)
