// A shop as one page: routes, skeletons, a feed that goes on, drawers, coupons. No library.
import { post } from './post.js'

document.getElementById('root').innerHTML = `<style>body{font:15px system-ui;margin:0}header,main{max-width:860px;margin:auto;padding:12px}.grid{display:grid;grid-template-columns:repeat(3,1fr);gap:12px}.tile{border:1px solid #ddd;padding:10px}.sk{background:#eee;height:90px;animation:p 1s infinite alternate}@keyframes p{to{opacity:.4}}#drawer{position:fixed;right:0;top:0;bottom:0;width:330px;background:#fff;border-left:1px solid #999;padding:12px;transform:translateX(340px);transition:transform .25s}#drawer.open{transform:none}.coupon-msg[data-state=rejected]{color:#b3261e}.coupon-msg[data-state=accepted]{color:#146c2e}.badge{background:#b3261e;color:#fff;border-radius:9px;padding:1px 6px}</style>
<header><a href="/" data-to>Outfit</a> <a href="/sale" data-to>Sale</a> <a href="/help" data-to>Returns and problems</a> <button id="cart">Cart <span class="badge" id="n">0</span></button></header><main id="view"></main>
<aside id="drawer" aria-label="Cart"><h2>Cart</h2><ul id="lines"></ul><form id="cf"><label>Coupon code <input id="code"></label> <button>Apply coupon</button><p class="coupon-msg" id="cm" aria-live="polite"></p></form><label>Quantity <button type="button" aria-label="Less">-</button> <output id="q">1</output> <button type="button" aria-label="More">+</button></label><p><button id="pay">Check out</button> <button id="gift">Gift wrap</button> <button id="shut">Close cart</button></p></aside>`
const $ = (id) => document.getElementById(id)
let cart = 0, page = 0
const tiles = (from) => Array.from({ length: 6 }, (_, i) => `<div class="tile"><b>${['Coat', 'Scarf', 'Boot', 'Reject denim', 'Hat', 'Glove'][i]} ${from + i}</b><br><button data-add>Add to cart</button> <button data-like aria-pressed="false">Save for later</button></div>`).join('')
async function show(path) {
  $('view').innerHTML = '<div class="grid"><div class="sk"></div><div class="sk"></div><div class="sk"></div></div>'
  if (path === '/sale') { const { text } = await post('/api/sale', {}, 'GET'); $('view').innerHTML = `<h1>Sale</h1><p>${text}</p>`; document.title = 'Sale'; return }
  await new Promise((go) => setTimeout(go, 250))
  document.title = path === '/help' ? 'Returns' : path === '/done' ? 'Thank you' : 'Outfit'
  $('view').innerHTML = path === '/help' ? '<h1>Returns and problems</h1><p>If a payment fails, your bank may have declined it. Damaged goods are replaced.</p>' : path === '/done' ? '<h1>Thank you for shopping with us</h1><p>Order 5521 will be packed today.</p>' : `<h1>New in</h1><div class="grid" id="grid">${tiles(1)}</div><div id="end" style="height:20px"></div>`
  if (path === '/') new IntersectionObserver(([entry]) => { if (entry.isIntersecting && page < 3) { page++; setTimeout(() => $('grid')?.insertAdjacentHTML('beforeend', tiles(page * 6 + 1)), 300) } }).observe($('end'))
}
document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-to]')
  if (link) { event.preventDefault(); history.pushState({}, '', link.getAttribute('href')); show(link.getAttribute('href')) }
  if (event.target.closest('[data-add]')) { cart++; $('n').textContent = cart; $('lines').insertAdjacentHTML('beforeend', '<li>One piece, 39.00</li>') }
})
$('cart').onclick = () => $('drawer').classList.add('open')
$('shut').onclick = () => $('drawer').classList.remove('open')
document.querySelector('[aria-label=More]').onclick = () => { $('q').textContent = Number($('q').textContent) + 1 }
document.querySelector('[aria-label=Less]').onclick = () => { $('q').textContent = Math.max(1, Number($('q').textContent) - 1) }
$('cf').onsubmit = async (event) => { event.preventDefault(); const { ok, text } = await post('/api/coupon'); $('cm').dataset.state = ok ? 'accepted' : 'rejected'; $('cm').textContent = text }
$('pay').onclick = async () => { $('pay').textContent = 'One moment…'; try { await post('/api/pay'); $('drawer').classList.remove('open'); history.pushState({}, '', '/done'); show('/done') } catch (error) { $('pay').textContent = 'Check out'; $('cm').dataset.state = 'rejected'; $('cm').textContent = error.message } }
window.addEventListener('popstate', () => show(location.pathname))
show('/')
