import { find, productCard, products } from './shop.js'

find('catalogue').replaceChildren(...(await products()).map(productCard))
