import {
  bootstrapApplication,
  type BootstrapContext,
  provideClientHydration,
} from '@angular/platform-browser';
import { provideServerRendering, RenderMode, withRoutes } from '@angular/ssr';
import { PrimesComponent } from './app/primes.component';

const routes = [{ path: '**', renderMode: RenderMode.Server } as const];

export default (context: BootstrapContext) =>
  bootstrapApplication(
    PrimesComponent,
    { providers: [provideClientHydration(), provideServerRendering(withRoutes(routes))] },
    context
  );
