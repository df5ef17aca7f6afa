import { defineNuxtModule } from 'nuxt/kit'

/** placeholder until written */
export default defineNuxtModule({ meta: { name: 'development-database' }, setup() {} })
