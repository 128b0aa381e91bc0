import { mount } from 'svelte'
import Wizard from './wizard.svelte'
mount(Wizard, { target: document.getElementById('root') })
