// Serves the demo shop on a loopback port, which it prints, until its stdin is closed.
import { Intake } from '../demo/recorder/intake.mjs'
import { serveShop } from '../demo/recorder/shop-server.mjs'

const shop = await serveShop(new Intake())
console.log(JSON.stringify({ origin: `http://127.0.0.1:${shop.port}` }))
process.stdin.resume().on('end', () => process.exit())
