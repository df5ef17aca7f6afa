// Starts the development server. Nuxt prints its address as soon as it listens, half a minute before it can serve a page.
// This script hides that line. modules/developmentWarmup.ts prints the address when the first page is compiled.
const write = process.stdout.write
let isHidden = false
process.stdout.write = function (text, ...rest) {
  if (isHidden || !/➜ +Local/.test(String(text))) return write.call(this, text, ...rest)
  isHidden = true
  return true
}

console.log('WebChat compiles its first page. Its address appears here when it is ready, in half a minute or so …')
await import('../node_modules/nuxt/bin/nuxt.mjs')
