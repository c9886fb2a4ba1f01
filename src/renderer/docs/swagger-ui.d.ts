/** The part of Swagger UI that the page uses: the package brings no types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export interface SwaggerRequest {
    url: string;
    method?: string;
    headers: Record<string, string>;
    /** The page fetches a description, it does not send an operation. */
    loadSpec?: boolean;
  }
  export interface SwaggerOptions {
    domNode: HTMLElement;
    spec: object;
    layout: string;
    deepLinking: boolean;
    docExpansion: 'list' | 'full' | 'none';
    defaultModelsExpandDepth: number;
    displayRequestDuration: boolean;
    tryItOutEnabled: boolean;
    validatorUrl: null;
    syntaxHighlight: { activated: boolean };
    requestInterceptor(request: SwaggerRequest): SwaggerRequest;
  }
  export default function SwaggerUIBundle(options: SwaggerOptions): unknown;
}
