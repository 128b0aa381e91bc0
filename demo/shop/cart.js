import { api, cart, find, money, products, total } from './shop.js'

const catalogue = await products()

function show() {
  const current = cart.read()
  const chosen = catalogue.filter(({ id }) => current.lines[id])
  find('empty').hidden = chosen.length > 0
  find('filled').hidden = chosen.length === 0
  find('lines').replaceChildren(...chosen.map((product) => line(product, current.lines[product.id])))
  find('total').textContent = money(total(current, catalogue))
}

function line({ id, name, price }, quantity) {
  const row = document.createElement('tr')
  row.innerHTML = `
    <td>${name}</td><td>${quantity}</td><td>${money(price * quantity)}</td>
    <td><button type="button" class="icon" aria-label="Remove ${name}"><svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="M5 5 19 19M19 5 5 19"/></svg></button></td>`
  row.querySelector('button').addEventListener('click', () => {
    const current = cart.read()
    delete current.lines[id]
    cart.write(current)
    show()
  })
  return row
}

find('coupon').addEventListener('submit', async (event) => {
  event.preventDefault()
  const code = find('code').value.trim().toUpperCase()
  const { ok, data } = await api('coupon', { code })
  find('coupon-error').textContent = ok ? '' : `Coupon ${code} is not valid`
  find('coupon-ok').textContent = ok ? `Coupon ${code} applied: ${data.percent}% off` : ''
  posthog.capture(ok ? 'coupon applied' : 'coupon rejected', { code })
  if (!ok) return
  cart.write({ ...cart.read(), coupon: { code, percent: data.percent } })
  show()
})

show()
