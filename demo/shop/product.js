import { cart, find, money, products } from './shop.js'

// "Save for later" has no handler anywhere. That is one of the shop's flaws.
const id = new URLSearchParams(location.search).get('id')
const product = (await products()).find((each) => each.id === id)

document.title = document.title.replace('Product', product.name)
find('picture').src = `/img/${product.id}.svg`
find('name').textContent = product.name
find('price').textContent = money(product.price)
find('about').textContent = product.about

find('add').addEventListener('click', () => {
  const quantity = Number(find('quantity').value)
  const { lines, ...rest } = cart.read()
  cart.write({ ...rest, lines: { ...lines, [id]: (lines[id] ?? 0) + quantity } })
  find('added').textContent = `Added to cart: ${product.name}`
  console.log('[shop] added to cart', { id, quantity })
  posthog.capture('product added', { product: product.name, quantity })
})

find('favourite').addEventListener('click', ({ currentTarget: heart }) => {
  heart.setAttribute('aria-pressed', String(heart.getAttribute('aria-pressed') !== 'true'))
})

find('show-reviews').addEventListener('click', () => {
  // The flaw: a product that nobody has reviewed has no `reviews`, so this throws.
  find('reviews').replaceChildren(...product.reviews.map((text) => Object.assign(document.createElement('li'), { textContent: text })))
})
