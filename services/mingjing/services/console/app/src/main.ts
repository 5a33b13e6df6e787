import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import './style/tokens.css'
import './style/ground.css'
import './style/parts.css'
import './style/elements.css'
import './style/media.css'

createApp(App).use(router).mount('#console')
