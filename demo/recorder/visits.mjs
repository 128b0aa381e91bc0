// The visits, newest first. Those before the last week are in earlier-visits.mjs.
// `story` states only what happens in the visit: check.mjs holds the recordings to it.
import { EARLIER } from './earlier-visits.mjs'
import {
  addToCart, DAY, elif, fillCard, goToCart, goToCheckout, HOUR, jonas, maya, nora, orderIsPlaced, PASSWORD, payButton, tester, tomas,
} from './steps.mjs'

const LAST_DAYS = [
  {
    slug: 'checkout-fails-rage',
    story: 'Maya tries to pay $103 by card, the payment answers 500 each time, she clicks "Pay now" again and again and leaves without an order.',
    endedAgo: 1 * HOUR,
    device: 'windows',
    country: 'GB',
    account: maya,
    async act(person) {
      await person.open('/?utm_source=newsletter&utm_campaign=autumn')
      await person.read(2)
      await addToCart(person, 'Copper kettle')
      await person.click(person.link('Shop'))
      await addToCart(person, 'Everyday mug')
      await goToCart(person)
      await goToCheckout(person, maya)
      await fillCard(person)
      await person.click(payButton(person))
      await person.sees('Payment failed')
      await person.read(2.5)
      await person.click(payButton(person), { times: 5 })
      await person.read(3)
      await person.click(payButton(person))
      await person.read(2)
      await person.scroll(-400)
      await person.read(2)
    },
  },
  {
    slug: 'checkout-fails-then-transfer',
    story: 'Jonas gets "Payment failed" twice when paying $138 by card, switches to bank transfer and places the order.',
    endedAgo: 5 * HOUR,
    device: 'mac',
    country: 'DE',
    account: jonas,
    async act(person) {
      await person.open('/product.html?id=board')
      await person.read(2)
      await person.click(person.button('Add to cart'))
      await person.sees('Added to cart')
      await person.click(person.link('Shop'))
      await addToCart(person, 'Stoneware teapot')
      await person.click(person.link('Shop'))
      await addToCart(person, 'Linen apron')
      await goToCart(person)
      await goToCheckout(person, jonas)
      await fillCard(person)
      await person.click(payButton(person))
      await person.sees('Payment failed')
      await person.read(3)
      await person.click(payButton(person))
      await person.read(2.5)
      await person.choose('Bank transfer')
      await person.read(1)
      await person.click(payButton(person))
      await orderIsPlaced(person)
    },
  },
  {
    slug: 'coupon-and-order',
    story: 'Nora, who signed up two days earlier, applies the coupon WELCOME10 to a biscuit jar and a mug, pays by card and places the order without trouble.',
    endedAgo: 9 * HOUR,
    device: 'edge',
    country: 'SE',
    account: nora,
    async act(person) {
      await person.open('/')
      await person.read(2)
      await person.scroll(400)
      await addToCart(person, 'Biscuit jar')
      await person.click(person.link('Shop'))
      await addToCart(person, 'Everyday mug')
      await goToCart(person)
      await person.type('Coupon code', 'welcome10')
      await person.click(person.button('Apply'))
      await person.sees('10% off')
      await person.read(1.5)
      await goToCheckout(person, nora)
      await fillCard(person)
      await person.click(payButton(person))
      await orderIsPlaced(person)
    },
  },
  {
    slug: 'dead-save-for-later',
    story: 'An anonymous visitor clicks "Save for later" on the oak bread board; nothing happens, so they click it again and again.',
    endedAgo: 16 * HOUR,
    device: 'mac',
    country: 'US',
    async act(person) {
      await person.open('/?utm_source=instagram')
      await person.read(1.5)
      await person.scroll(300)
      await person.click(person.link('Oak bread board'))
      await person.arrive('/product.html')
      await person.read(2)
      await person.click(person.button('Save for later'))
      await person.read(4)
      await person.click(person.button('Save for later'), { times: 6, gap: 180 })
      await person.read(4)
      await person.click(person.button('Add to favourites'))
      await person.read(2)
    },
  },
  {
    slug: 'slow-search',
    story: 'An anonymous visitor waits about three seconds for the results of "mug" without any sign of progress, then searches for "tea" and presses "Search" again and again before results come.',
    endedAgo: 22 * HOUR,
    device: 'linux',
    country: 'US',
    async act(person) {
      await person.open('/search.html')
      await person.read(1)
      await person.type('What are you looking for?', 'mug')
      await person.click(person.button('Search'))
      await person.sees('1 results')
      await person.read(2)
      await person.type('What are you looking for?', 'tea', { replace: true })
      await person.click(person.button('Search'))
      await person.read(1.4)
      await person.click(person.button('Search'))
      await person.read(1.2)
      await person.click(person.button('Search'))
      await person.read(5)
    },
  },
  {
    slug: 'browsing',
    story: 'An anonymous visitor looks at the catalogue, opens two products, reads the reviews of one, and leaves.',
    endedAgo: 30 * HOUR,
    device: 'windows',
    country: 'GB',
    async act(person) {
      await person.open('/?utm_source=search&utm_medium=cpc')
      await person.read(2)
      await person.scroll(500)
      await person.read(1.5)
      await person.click(person.link('Linen apron'))
      await person.arrive('/product.html')
      await person.read(2)
      await person.click(person.button('Show reviews'))
      await person.read(3)
      await person.click(person.link('Shop'))
      await person.arrive('/')
      await person.scroll(700)
      await person.read(1.5)
      await person.click(person.link('Loaf tin'))
      await person.arrive('/product.html')
      await person.read(3)
    },
  },
  {
    slug: 'two-tabs',
    story: 'Elif opens the teapot in a second tab, goes between the two tabs, and puts the teapot into the cart.',
    endedAgo: 38 * HOUR,
    device: 'windows',
    country: 'TR',
    account: elif,
    async act(person) {
      await person.open('/')
      await person.read(2)
      const second = await person.openInNewTab(person.link('Stoneware teapot'))
      await second.switchHere()
      await second.read(2)
      await second.scroll(200)
      await person.switchHere()
      await person.click(person.link('Everyday mug'))
      await person.arrive('/product.html')
      await person.read(2)
      await second.switchHere()
      await second.click(second.button('Add to cart'))
      await second.sees('Added to cart')
      await second.read(2)
      await second.leave()
    },
  },
  {
    slug: 'checkout-fails-on-phone',
    story: 'Tomás, on a phone, tries to pay $178 by card, gets "Payment failed", taps "Pay now" several times more and leaves without an order.',
    endedAgo: 45 * HOUR,
    device: 'phone',
    country: 'ES',
    account: tomas,
    async act(person) {
      await person.open('/product.html?id=kettle&utm_source=instagram')
      await person.read(2)
      await person.scroll(250)
      await person.click(person.button('Add to cart'))
      await person.sees('Added to cart')
      await person.read(0.8)
      await person.click(person.button('Add to cart'))
      await person.read(1)
      await goToCart(person)
      await goToCheckout(person, tomas)
      await person.scroll(300)
      await fillCard(person)
      await person.click(payButton(person))
      await person.sees('Payment failed')
      await person.read(2)
      await person.click(payButton(person), { times: 4, gap: 260 })
      await person.read(3)
    },
  },
  {
    slug: 'bounce',
    story: 'An anonymous visitor arrives from an advertisement and leaves after a few seconds without a click.',
    endedAgo: 52 * HOUR,
    device: 'phone',
    country: 'US',
    async act(person) {
      await person.open('/?utm_source=ad&utm_campaign=kettles')
      await person.read(1)
      await person.scroll(300)
      await person.read(0.6)
      await person.scroll(200)
      await person.read(0.6)
    },
  },
  {
    slug: 'sign-up',
    story: 'Nora follows an invitation link with her e-mail in it, creates an account and looks at the biscuit jar.',
    endedAgo: 60 * HOUR,
    device: 'mac',
    country: 'SE',
    async act(person) {
      await person.open('/account.html?email=nora.lindqvist%40example.com&invite=autumn')
      await person.read(1.5)
      await person.type('Name', nora.name)
      await person.type('Password', PASSWORD)
      await person.choose('Write to me when new batches arrive')
      await person.click(person.button('Create account'))
      await person.sees('Welcome, Nora')
      await person.read(2)
      await person.click(person.link('Shop'))
      await person.arrive('/')
      await person.read(1)
      await person.click(person.link('Biscuit jar'))
      await person.arrive('/product.html')
      await person.read(2)
    },
  },
  {
    slug: 'wrong-coupon-then-right',
    story: 'An anonymous visitor tries the coupon SPRING25, is told it is not valid, applies WELCOME10 instead and orders by bank transfer.',
    endedAgo: 3 * DAY + 4 * HOUR,
    device: 'linux',
    country: 'US',
    async act(person) {
      await person.open('/product.html?id=mug')
      await person.read(1.5)
      await person.click(person.button('Add to cart'))
      await person.sees('Added to cart')
      await goToCart(person)
      await person.type('Coupon code', 'SPRING25')
      await person.click(person.button('Apply'))
      await person.sees('is not valid')
      await person.read(2.5)
      await person.type('Coupon code', 'WELCOME10', { replace: true })
      await person.click(person.button('Apply'))
      await person.sees('10% off')
      await person.read(1.5)
      await goToCheckout(person, { name: 'Sam Quill', email: 'sam.quill@example.org' })
      await person.choose('Bank transfer')
      await person.click(payButton(person))
      await orderIsPlaced(person)
    },
  },
  {
    slug: 'exception-and-404',
    story: 'An anonymous visitor asks for the reviews of the biscuit jar, the page throws an exception instead, and the link to delivery and returns leads to a 404 page.',
    endedAgo: 4 * DAY,
    device: 'edge',
    country: 'GB',
    async act(person) {
      await person.open('/')
      await person.read(1.5)
      await person.scroll(350)
      await person.click(person.link('Biscuit jar'))
      await person.arrive('/product.html')
      await person.read(2)
      await person.click(person.button('Show reviews'))
      await person.read(3)
      await person.click(person.button('Show reviews'))
      await person.read(2)
      await person.click(person.link('Delivery and returns'))
      await person.sees('Page not found')
      await person.read(3)
      await person.click(person.link('Back to the shop'))
      await person.arrive('/')
      await person.read(2)
    },
  },
  {
    slug: 'internal-tester',
    story: 'Ines, who works at the shop, tries the checkout with a bank transfer and places a test order.',
    endedAgo: 6 * DAY - 2 * HOUR,
    device: 'linux',
    country: 'PT',
    account: tester,
    async act(person) {
      await person.open('/product.html?id=whisk&ref=test')
      await person.read(1)
      await person.click(person.button('Add to cart'))
      await person.sees('Added to cart')
      await goToCart(person)
      await goToCheckout(person, tester)
      await person.choose('Bank transfer')
      await person.click(payButton(person))
      await orderIsPlaced(person)
    },
  },
]

export const VISITS = [...LAST_DAYS, ...EARLIER]
