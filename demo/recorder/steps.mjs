// What several visits share: the persons, all invented (example.com and example.org belong to nobody), and their steps.

const CARD = '4000 0012 3456 7899'
export const PASSWORD = 'correct-horse-1847'
/** What posthog-js must mask: none of it may reach a recording. */
export const SECRETS = [CARD, CARD.replaceAll(' ', ''), PASSWORD]

export const HOUR = 3600
export const DAY = 24 * HOUR

export const maya = { id: 'customer-maya', name: 'Maya Okafor', email: 'maya.okafor@example.com' }
export const jonas = { id: 'customer-jonas', name: 'Jonas Weber', email: 'jonas.weber@example.org' }
// The shop makes the same id of her e-mail when she signs up.
export const nora = { id: 'customer-nora-lindqvist', name: 'Nora Lindqvist', email: 'nora.lindqvist@example.com' }
export const tomas = { id: 'customer-tomas', name: 'Tomás Herrera', email: 'tomas.herrera@example.org' }
export const elif = { id: 'customer-elif', name: 'Elif Kaya', email: 'elif.kaya@example.com' }
export const lena = { id: 'customer-lena', name: 'Lena Gruber', email: 'lena.gruber@example.org', tier: 'gold' }
export const priya = { id: 'customer-priya', name: 'Priya Raman', email: 'priya.raman@example.com', tier: 'gold' }
export const olivier = { id: 'customer-olivier', name: 'Olivier Roche', email: 'olivier.roche@example.com' }
// She has no account before she signs up.
export const amara = { name: 'Amara Diallo', email: 'amara.diallo@example.org' }
export const tester = { id: 'staff-ines', name: 'Ines Duarte', email: 'ines@shop.example' }

export async function addToCart(person, product) {
  await person.click(person.link(product))
  await person.arrive('/product.html')
  await person.read(1.5)
  await person.click(person.button('Add to cart'))
  await person.sees('Added to cart')
  await person.read(1)
}

export async function goToCart(person) {
  await person.click(person.link(/^Cart/))
  await person.arrive('/cart.html')
  await person.read(1.2)
}

export async function goToCheckout(person, { name, email }) {
  await person.click(person.link('Go to checkout'))
  await person.arrive('/checkout.html')
  await person.read(0.8)
  await person.type('E-mail', email)
  await person.type('Full name', name)
  await person.type('Address', '12 Mill Lane')
}

export async function fillCard(person) {
  await person.type('Card number', CARD)
  await person.type('Security code', '842')
}

export const payButton = (person) => person.button('Pay now')

export async function orderIsPlaced(person) {
  await person.sees('Thank you, your order is placed')
  await person.read(2)
}
