import { find } from './shop.js'

const query = new URLSearchParams(location.search)
find('order').textContent = query.get('order')
find('receipt').textContent = query.get('email')
