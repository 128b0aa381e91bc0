import 'bootstrap/dist/css/bootstrap.css'
import { Collapse, Toast } from 'bootstrap'
import { post } from './post.js'

const root = document.getElementById('root')
root.innerHTML = `<nav class="navbar bg-body-tertiary"><div class="container"><a class="navbar-brand" href="#shop">Tea shop</a><span class="badge text-bg-danger">3</span></div></nav>
<div class="container py-3"><div class="row g-4"><div class="col-5"><h4><span class="text-primary">Your cart</span></h4><ul class="list-group mb-3"><li class="list-group-item d-flex justify-content-between"><div><h6 class="my-0">Darjeeling</h6><small class="text-body-secondary">First flush</small></div><span>24.00</span></li><li class="list-group-item d-flex justify-content-between"><div><h6 class="my-0">Teapot</h6><small class="text-danger">Last one in stock</small></div><span>24.00</span></li><li class="list-group-item d-flex justify-content-between bg-body-tertiary d-none" id="off"><div class="text-success"><h6 class="my-0">Promo code</h6></div><span class="text-success">−5.00</span></li></ul>
<form class="card p-2" id="promo"><div class="input-group"><input class="form-control" id="code" placeholder="Promo code" aria-label="Promo code"><button class="btn btn-secondary">Redeem</button></div><div class="form-text text-danger" id="promo-problem"></div></form><p class="mt-3"><button class="btn btn-link p-0" type="button" id="ask">Why do we ask for your phone?</button></p><div class="collapse" id="why"><div class="card card-body">The driver calls if a delivery failed or an address was not found.</div></div></div>
<div class="col-7"><h4>Payment</h4><div id="notices"></div><form class="needs-validation" novalidate id="pay"><div class="mb-3"><label class="form-label" for="name">Name on card</label><input class="form-control" id="name" required><div class="invalid-feedback">Name on card is required</div></div><div class="mb-3"><label class="form-label" for="number">Card number</label><input class="form-control" id="number" required minlength="12"><div class="invalid-feedback">Credit card number is required</div></div><div class="mb-3"><label class="form-label" for="phone">Phone</label><input class="form-control" id="phone"><div class="form-text">Optional</div></div><div class="form-check"><input class="form-check-input" type="checkbox" id="keep"><label class="form-check-label" for="keep">Save this information for next time</label></div><hr><button class="w-100 btn btn-primary btn-lg" id="submit">Pay 48.00</button></form></div></div></div>
<div class="toast-container position-fixed bottom-0 end-0 p-3"><div class="toast" role="alert" aria-live="assertive" aria-atomic="true" id="toast"><div class="toast-header"><strong class="me-auto">Tea shop</strong><small>just now</small><button type="button" class="btn-close" data-bs-dismiss="toast" aria-label="Close"></button></div><div class="toast-body"></div></div></div>`
const $ = (id) => document.getElementById(id)
const toast = (text) => { document.querySelector('.toast-body').textContent = text; Toast.getOrCreateInstance($('toast'), { delay: 3000 }).show() }
$('ask').onclick = () => Collapse.getOrCreateInstance($('why')).toggle()
$('promo').onsubmit = async (event) => {
  event.preventDefault(); $('promo-problem').textContent = ''
  try { await post('/api/promo'); $('off').classList.remove('d-none'); toast('Promo code applied. You save 5.00.') } catch (error) { $('promo-problem').textContent = error.message }
}
$('pay').onsubmit = async (event) => {
  event.preventDefault(); $('notices').replaceChildren()
  $('pay').classList.add('was-validated')
  if (!$('pay').checkValidity()) return
  $('submit').disabled = true; $('submit').innerHTML = '<span class="spinner-border spinner-border-sm" aria-hidden="true"></span> Paying…'
  try { await post('/api/pay') } catch (error) { $('notices').innerHTML = `<div class="alert alert-danger alert-dismissible fade show" role="alert">${error.message}<button type="button" class="btn-close" data-bs-dismiss="alert" aria-label="Close"></button></div>` }
  $('submit').disabled = false; $('submit').textContent = 'Pay 48.00'
}
addEventListener('hashchange', () => { root.innerHTML = '<div class="container py-3"><h1>Teas</h1><div class="row"><div class="col"><div class="card"><div class="card-body"><h5 class="card-title">Assam</h5><p class="card-text">Malty, never bitter.</p></div></div></div></div></div>' })
