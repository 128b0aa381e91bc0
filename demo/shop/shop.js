// What every page shares: money, the cart, the catalogue and calls to the shop's own API.
export const money = (cents) => `$${(cents / 100).toFixed(2)}`

export const find = (id) => document.getElementById(id)

export async function api(path, body) {
  const options = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`/api/${path}`, options)
  return { ok: response.ok, status: response.status, data: await response.json() }
}

export const products = async () => (await api('products')).data

/** A cart is {lines: {product id: quantity}, coupon?: {code, percent}}. */
export const cart = {
  read: () => JSON.parse(localStorage.getItem('cart') ?? '{"lines":{}}'),
  write(value) {
    localStorage.setItem('cart', JSON.stringify(value))
    showCount()
  },
  clear: () => cart.write({ lines: {} }),
}

export function total({ lines, coupon }, catalogue) {
  const full = catalogue.reduce((sum, { id, price }) => sum + price * (lines[id] ?? 0), 0)
  return Math.round(full * (1 - (coupon?.percent ?? 0) / 100))
}

export function productCard({ id, name, price }) {
  const card = document.createElement('li')
  card.innerHTML = `
    <a href="/product.html?id=${id}" data-attr="product-${id}">
      <img src="/img/${id}.svg" alt="" width="180" height="180">
      <span class="name">${name}</span>
      <span class="price">${money(price)}</span>
    </a>`
  return card
}

function showCount() {
  const { lines } = cart.read()
  find('cart-count').textContent = Object.values(lines).reduce((sum, quantity) => sum + quantity, 0)
}

showCount()
